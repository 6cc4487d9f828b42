"""DICOM's own formats, without I/O: data sets, text, JSON, frames, pixels (PS3.5, PS3.6, PS3.10, PS3.18 Annex F)."""
