"""What may stand in a narrative, and what may not."""

import pytest

from consult_api.health_record.fhir.narrative import narrative_fault


def div(inner: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'


@pytest.mark.parametrize(
    "inner",
    [
        "平安",
        "<p>a <b>b</b></p><ul><li>c</li></ul>",
        '<table class="x"><tr><td colspan="2">1 &lt; 2</td></tr></table>',
        '<a href="https://example.org/x?y=1">x</a> <a href="#part">y</a>',
        '<img src="data:image/png;base64,AAAA" alt="x"/>',
        '<span style="color: red">x</span>',
    ],
)
def test_plain_text_tables_links_and_images_are_allowed(inner: str):
    assert narrative_fault(div(inner)) == ""


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<p onclick="x()">a</p>',
        '<a href="javascript:x()">a</a>',
        '<a href="&#106;avascript:x()">a</a>',
        '<a href=" javascript:x()">a</a>',
        '<a href="data:text/html,x">a</a>',
        '<img src="data:image/svg+xml;base64,AAAA"/>',
        '<img src="javascript:x()"/>',
        '<p style="background: url(https://x)">a</p>',
        '<p style="width: expression(x)">a</p>',
        '<p style="w\\69dth: 1">a</p>',
        "<iframe/>a",
        "<object>a</object>",
        "<form>a</form>",
        "<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>a",
        "<p>unclosed",
        "",
        "   ",
        "<!-- a -->b",
        "<?php x ?>b",
    ],
)
def test_anything_active_or_empty_or_broken_is_refused(inner: str):
    assert narrative_fault(div(inner))


def test_entities_and_declarations_never_reach_the_parser():
    bomb = '<!DOCTYPE div [<!ENTITY a "aaaa">]><div xmlns="http://www.w3.org/1999/xhtml">&a;</div>'
    assert "declarations" in narrative_fault(bomb)


def test_another_root_or_namespace_is_refused():
    assert narrative_fault("<div>a</div>")
    assert narrative_fault('<p xmlns="http://www.w3.org/1999/xhtml">a</p>')
