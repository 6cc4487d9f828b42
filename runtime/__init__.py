"""What a service needs from the machine it runs on: a clock, a bus, a database, blobs, an audit trail.

It knows nothing of medicine: nothing here names a patient, a consult or an image.
"""
