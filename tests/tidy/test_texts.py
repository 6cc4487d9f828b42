"""No text of the repository names a registry's host or a machine's path, or carries a secret."""

import re

import pytest

# Patterns are written in pieces, since this file is read by its own rules.
REGISTRY_HOSTS = re.compile(
    "|".join(
        rf"\b{name}\b"
        for name in (
            r"py" + r"pi\.org",
            r"files\.python" + r"hosted\.org",
            r"registry\.npm" + r"js\.org",
            r"registry\.npm" + r"mirror\.com",
            r"deb\.deb" + r"ian\.org",
            r"(tuna|ustc|aliyun)[a-z.]*\." + r"(edu\.cn|com)/(py" + r"pi|npm|debian)",
        )
    ),
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(ro" + r"ot|wo" + r"rk|home/[a-z]+|Users/[A-Za-z]+)/[\w.]")
SECRETS = re.compile(
    "|".join(
        (
            "-----BEGIN (RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE " + "KEY-----",
            r"\bAK" + r"IA[0-9A-Z]{16}\b",
            r"\bgh[pousr]" + r"_[A-Za-z0-9]{36}\b",
            r"\bxox[baprs]" + r"-[A-Za-z0-9-]{20,}\b",
            r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ" + r"[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
        )
    )
)


def objections(pattern, what):
    """Make a rule that objects to every line where the pattern is found."""

    def rule(source):
        for number, line in enumerate(source.lines, 1):
            if found := pattern.search(line):
                yield number, f"{what}: {found.group()[:40]}"

    return rule


registry_host = objections(REGISTRY_HOSTS, "a package registry's host belongs to the user's configuration")
machine_path = objections(MACHINE_PATHS, "a path of one machine")
secret = objections(SECRETS, "a secret")


def test_no_text_names_a_registry(texts, uphold):
    uphold("registry host", registry_host, texts)


def test_no_text_names_a_path_of_one_machine(texts, uphold):
    uphold("machine path", machine_path, texts)


def test_no_text_carries_a_secret(texts, uphold):
    uphold("secret", secret, texts)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (registry_host, "index-url = https://py" + "pi.org/simple"),
        (machine_path, "cd /ro" + "ot/project"),
        (machine_path, "open('/home/" + "li/film.dcm')"),
        (secret, "-----BEGIN PRIVATE " + "KEY-----"),
        (secret, "token = gh" + "p_" + "a" * 36),
    ],
)
def test_each_rule_on_texts_sees_its_fault(rule, text, parse):
    assert list(rule(parse(text, "docs/install.md")))
