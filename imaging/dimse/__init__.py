"""DICOM's own network services (PS3.7, PS3.8): C-ECHO and C-STORE for the sites on the allow-list."""
