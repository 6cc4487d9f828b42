"""Typesetting of printed documents: from a `Document` of frozen blocks to the bytes of a PDF.

It knows paper, fonts, lines and pages, and nothing of clinics: capabilities say what stands in a document with the
blocks of `blocks`, and call `rendering.render`. The same document and the same fonts give the same bytes.
"""
