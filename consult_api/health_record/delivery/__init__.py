"""Writing events back to the shared health record, each with exactly one effect (clinical.md, "Writing back").

Every event becomes one transaction Bundle. Its bytes are kept before they're first sent and are the same at every
try. `Provenance/uuid5(event id)` in it is the commit marker: after silence, its presence tells whether the
transaction took place. Creations demand that nothing is there, updates that the version is the one last seen, so
that a transaction arriving twice, or late, changes nothing.
"""
