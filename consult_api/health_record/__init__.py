"""The shared health record: a built-in FHIR R4 store, and the write-back of what the clinic decided.

`fhir` holds R4's own rules and `mapping` turns clinical events into resources; both are pure. The files of this
folder are the store; `delivery` is the worker that writes events back to it and to an outside server.
"""
