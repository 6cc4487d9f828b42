"""The record page: all that the platform holds of one patient, told as episodes."""
