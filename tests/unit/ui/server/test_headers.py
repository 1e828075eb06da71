"""Headers of every response."""

import pytest

from structviz.ui.link_previews import page_html
from structviz.ui.server.headers import ResponseHeaders, content_security_policy, inline_scripts
from structviz.ui.sitemap import PAGES
from tests.unit.ui.server.serving import ask, page, scope_of


def rules(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (rule.split() for rule in policy.split(";"))}


def test_every_response_has_the_headers() -> None:
    for path in ("/", "/static/js/index.js"):
        headers = ask(ResponseHeaders(page), scope_of(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        found = rules(headers["content-security-policy"])
        assert found["frame-ancestors"] == ["'self'"]
        assert found["object-src"] == ["'none'"]
        assert "ws://localhost:8501" in found["connect-src"]


def test_scripts_run_from_the_server_alone_and_none_from_text() -> None:
    found = rules(content_security_policy("localhost", ("'sha256-x'",), ()))
    assert found["script-src"] == ["'self'", "blob:", "'wasm-unsafe-eval'", "'sha256-x'"]
    assert not any("'unsafe-eval'" in sources for sources in found.values())
    assert [name for name, sources in found.items() if "'unsafe-inline'" in sources] == ["style-src"]


def test_the_scripts_in_the_pages_are_named() -> None:
    html = page_html(PAGES[0], "http://localhost/", "http://localhost/preview/home.png")
    (script,) = inline_scripts(html)
    assert script in ask(ResponseHeaders(page), scope_of()).headers["content-security-policy"]
    assert inline_scripts("<script>1</script><script src=x></script>") == (
        "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='",
    )


@pytest.mark.parametrize(
    ("frames", "ancestors", "older"),
    [
        ((), ["'self'"], "SAMEORIGIN"),
        (("https://moodle.example.org",), ["'self'", "https://moodle.example.org"], None),
        (("'none'",), ["'none'"], "DENY"),
    ],
)
def test_who_may_frame_the_app_is_the_operator_s_choice(
    frames: tuple[str, ...], ancestors: list[str], older: str | None
) -> None:
    headers = ask(ResponseHeaders(page, frames), scope_of()).headers
    assert rules(headers["content-security-policy"])["frame-ancestors"] == ancestors
    assert headers.get("x-frame-options") == older


def test_a_host_cannot_add_a_rule() -> None:
    assert content_security_policy("a; script-src *", (), ()).count("script-src") == 1
