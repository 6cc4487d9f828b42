"""DICOMweb (PS3.18): store, search, retrieve, as a plain ASGI application."""
