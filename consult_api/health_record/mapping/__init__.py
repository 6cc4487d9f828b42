"""Clinical events as FHIR R4 resources: pure, from the wire message alone, the same resources at every try."""
