"""Oversight: broken glass and its review, the audit as people read it, and the county's indicators."""
