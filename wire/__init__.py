"""Every message that crosses a process, and nothing else.

Pydantic models only: this package imports none of the project's other packages, holds no behaviour beyond
validation, and is the one thing that all services share.
"""
