"""FHIR R4 (4.0.1) as far as the record needs it: no database, no network, no clock."""
