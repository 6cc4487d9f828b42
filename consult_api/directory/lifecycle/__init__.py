"""Logging in, enrolling people and institutions, PINs, machine tokens and the keys of room tickets."""
