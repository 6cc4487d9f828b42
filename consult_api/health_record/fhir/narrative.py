"""What may stand in `text.div` (FHIR R4 `narrative.html`): a safe part of XHTML, nothing active.

The rule is a list of what is allowed; anything else is refused, never stripped, so that what was signed stays as
it was signed.
"""

import re
from xml.etree import ElementTree

XHTML = "{http://www.w3.org/1999/xhtml}"
# HTML 4.0 chapters 7-11 (except section 4 of chapter 9) and 15, and a, img: FHIR R4 §2.4.0.
_ELEMENTS = """
    div p br hr h1 h2 h3 h4 h5 h6 address span em strong dfn code samp kbd var cite abbr acronym
    blockquote q sub sup pre ul ol li dl dt dd table caption thead tfoot tbody colgroup col tr th td
    a img tt i b big small bdo
"""
ELEMENTS = frozenset(_ELEMENTS.split())
_ATTRIBUTES = """
    id class style title lang dir name href src alt width height abbr axis headers scope rowspan
    colspan span align valign border cellpadding cellspacing summary frame rules char charoff start
    type value cite {http://www.w3.org/XML/1998/namespace}lang
    {http://www.w3.org/XML/1998/namespace}space
"""
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
_LINK = re.compile(r"(https?://|mailto:|#|[A-Za-z0-9./_-]+(\?|#|$))")
_IMAGE = re.compile(r"(#|https?://|data:image/(png|jpeg|gif);base64,)")
_STYLE_DANGER = re.compile(
    r"expression|javascript|url\s*\(|@import|behaviou?r|-moz-binding|[\\<]", re.IGNORECASE
)


def narrative_fault(div: str) -> str:
    """Return what is wrong with a narrative, or an empty text."""
    if "<!" in div or "<?" in div:
        return "A narrative may hold no declarations, comments or processing instructions."
    try:
        root = ElementTree.fromstring(div)  # noqa: S314 - no declaration, so no entity, reaches the parser
    except ElementTree.ParseError:
        return "A narrative must be well-formed XHTML."
    if root.tag != f"{XHTML}div":
        return "A narrative must be a div of XHTML."
    if not "".join(root.itertext()).strip() and root.find(f".//{XHTML}img") is None:
        return "A narrative must say something (txt-2)."
    return next((fault for element in root.iter() if (fault := _element_fault(element))), "")


def _element_fault(element: ElementTree.Element) -> str:
    name = element.tag.removeprefix(XHTML)
    if not element.tag.startswith(XHTML) or name not in ELEMENTS:
        return "A narrative holds an element that isn't allowed (txt-1)."
    for attribute, value in element.attrib.items():
        if attribute not in ATTRIBUTES:
            return "A narrative holds an attribute that isn't allowed (txt-1)."
        if attribute == "href" and not _LINK.match(value):
            return "A narrative holds a link that isn't allowed."
        if attribute == "src" and not _IMAGE.match(value):
            return "A narrative holds an image source that isn't allowed."
        if attribute == "style" and _STYLE_DANGER.search(value):
            return "A narrative holds a style that isn't allowed."
    return ""
