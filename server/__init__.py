"""The composition root: reads the environment, wires the services into one process or several, and the commands.

Nothing imports this package. It alone reads the environment and knows every service.
"""
