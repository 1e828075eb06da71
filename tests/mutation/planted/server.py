"""Defects of the server around the pages: names, origins, owners, room and logs."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_HOSTS = "tests/unit/ui/server/test_hosts.py"
_VISITORS = "tests/unit/ui/server/test_visitors.py"
_CONNECTIONS = "tests/unit/ui/server/test_connections.py"
_SETTINGS = "tests/unit/ui/server/test_settings.py"
_ADDRESSES = "tests/unit/ui/server/test_addresses.py"
_UPLOADS = "tests/unit/ui/server/test_upload_limits.py"
_LOGS = "tests/unit/ui/server/test_logs.py"
_KEPT = "tests/unit/ui/kit/test_kept_files.py"
_GUARD = "tests/unit/ui/kit/test_guard.py"

DEFECTS = (
    Defect(
        name="files-in-callbacks-are-nobodys",
        breaks="An upload is read in a callback, where all visitors wait in one line for the decoder.",
        file="structviz/ui/kit/guard.py",
        old="            with reading_for(readers_here()):\n                work(",
        new="            if True:\n                work(",
        tests=_GUARD,
    ),
    Defect(
        name="files-in-parts-are-nobodys",
        breaks="A part of a page that runs alone reads files for nobody.",
        file="structviz/ui/kit/guard.py",
        old="        with reading_for(readers_here()):\n            yield\n",
        new="        yield\n",
        tests=_GUARD,
    ),
    Defect(
        name="names-that-begin-like-loopback",
        breaks="A name of somebody else that begins with localhost counts as loopback.",
        file="structviz/ui/server/hosts.py",
        old='host == "localhost" or host.endswith(".localhost")',
        new='host.startswith("localhost")',
        tests=_HOSTS,
    ),
    Defect(
        name="origins-unchecked-by-websockets",
        breaks="A page of another website may open a websocket.",
        file="structviz/ui/server/hosts.py",
        old='changes = scope["type"] == "websocket" or ',
        new='changes = scope["type"] != "websocket" and ',
        tests=_HOSTS,
    ),
    Defect(
        name="origins-without-port",
        breaks="Another server of the same computer counts as the same origin.",
        file="structviz/ui/server/hosts.py",
        old='return _plain(parts.hostname), port or (443 if scheme == "https" else 80)',
        new="return _plain(parts.hostname), 80",
        tests=_HOSTS,
    ),
    Defect(
        name="names-unsigned",
        breaks="A visitor may take any name.",
        file="structviz/ui/server/visitors.py",
        old="return name if hmac.compare_digest(sign(name, secret), found.group(0)) else None",
        new="return name",
        tests=_VISITORS,
    ),
    Defect(
        name="a-secret-for-everybody",
        breaks="Every account of the computer can read the secret.",
        file="structviz/ui/server/visitors.py",
        old="0o600",
        new="0o644",
        tests=_VISITORS,
    ),
    Defect(
        name="cookies-that-scripts-read",
        breaks="A script in a page can read the name of the visitor.",
        file="structviz/ui/server/visitors.py",
        old="; HttpOnly",
        new="",
        tests=_VISITORS,
    ),
    Defect(
        name="shared-behind-a-proxy",
        breaks="A public server behind a proxy lets everybody command all runs.",
        file="structviz/ui/server/ownership.py",
        old=" and not settings.hosts",
        new="",
        tests=_SETTINGS,
    ),
    Defect(
        name="places-that-stay-taken",
        breaks="A visitor who leaves keeps the place.",
        file="structviz/ui/server/connections.py",
        old="self._inside = +(self._inside - Counter([who]))",
        new="self._inside = +self._inside",
        tests=_CONNECTIONS,
    ),
    Defect(
        name="strangers-are-inside",
        breaks="Whoever has no name counts as inside when another one without a name is.",
        file="structviz/ui/server/connections.py",
        old="return bool(who) and self._inside[who] > 0",
        new="return self._inside[who] > 0",
        tests=_CONNECTIONS,
    ),
    Defect(
        name="sessions-left-behind-uncounted",
        breaks="The sessions of visitors who have left find no open files.",
        file="structviz/ui/server/connections.py",
        old="_KEPT_FILES = 128 + 128 * _FILES_OF_A_SESSION",
        new="_KEPT_FILES = 128",
        tests=_CONNECTIONS,
    ),
    Defect(
        name="left-out-unsaid",
        breaks="The log does not say that messages are missing.",
        file="structviz/ui/server/logs.py",
        old="                place.n_left_out += 1\n",
        new="",
        tests=_LOGS,
    ),
    Defect(
        name="early-request-cut-off",
        breaks="A request that came before the one ahead of it was answered is cut off after 20 s.",
        file="structviz/ui/server/connections.py",
        old="            is_answered = last is None or last.response_complete\n",
        new="            is_answered = True\n",
        tests="tests/unit/ui/server/test_connections.py"
        "::test_a_request_that_came_early_is_answered_however_long_it_takes",
    ),
    Defect(
        name="an-address-takes-all-places",
        breaks="Who throws cookies away takes all places.",
        file="structviz/ui/server/connections.py",
        old=" or self._at[address] >= self._most_of_address",
        new="",
        tests=_CONNECTIONS,
    ),
    Defect(
        name="an-address-is-never-forgotten",
        breaks="The places of an address stay taken.",
        file="structviz/ui/server/connections.py",
        old="self._at = +(self._at - Counter([address]))",
        new="self._at = +self._at",
        tests=_CONNECTIONS,
    ),
    Defect(
        name="a-proxy-is-one-visitor",
        breaks="All visitors behind a proxy that does not name them share half of the places.",
        file="structviz/ui/server/addresses.py",
        old="    if address.is_loopback:\n",
        new="    if False:\n",
        tests=f"{_ADDRESSES} {_CONNECTIONS}",
    ),
    Defect(
        name="an-address-of-many",
        breaks="A customer with a network of version 6 counts as many.",
        file="structviz/ui/server/addresses.py",
        old="_NETWORK = 64",
        new="_NETWORK = 128",
        tests=_ADDRESSES,
    ),
    Defect(
        name="nobody-gives-way",
        breaks="Who fills the room for files leaves nothing to others.",
        file="structviz/ui/server/upload_limits.py",
        old="            if gives is None:\n",
        new="            if True:\n",
        tests=_UPLOADS,
    ),
    Defect(
        name="the-smaller-gives-way",
        breaks="A visitor who holds much takes the files of one who holds little.",
        file="structviz/ui/server/upload_limits.py",
        old="return other != me and visitors[other] > visitors[me] + size",
        new="return other != me",
        tests=_UPLOADS,
    ),
    Defect(
        name="tabs-are-visitors",
        breaks="Eight tabs of one visitor hold eight shares.",
        file="structviz/ui/server/upload_limits.py",
        old="if self._holder(name) == self._holder(session)}",
        new="if name == session}",
        tests=_UPLOADS,
    ),
    Defect(
        name="cookies-hide-an-address",
        breaks="Twenty names of one address hold twenty shares.",
        file="structviz/ui/server/upload_limits.py",
        old="            return places[other.place] > places[me.place] + size\n",
        new="            return visitors[other] > visitors[me] + size\n",
        tests=_UPLOADS,
    ),
    Defect(
        name="kept-files-of-one-unbounded",
        breaks="Pages keep any number of bytes of one visitor.",
        file="structviz/ui/kit/kept_files.py",
        old="while self._bytes_of(holder) > self._of_one:",
        new="while self._bytes_of(holder) > self._in_all:",
        tests=_KEPT,
    ),
    Defect(
        name="kept-files-newest-first",
        breaks="The file that has just come gives way.",
        file="structviz/ui/kit/kept_files.py",
        old="next(one for one, whose in self._alive() if whose == holder and one.size).drop()",
        new="[one for one, whose in self._alive() if whose == holder and one.size][-1].drop()",
        tests=_KEPT,
    ),
    Defect(
        name="kept-files-by-name-alone",
        breaks="A client with many names takes the room of those who keep more than each of its names.",
        file="structviz/ui/kit/kept_files.py",
        old="key=lambda one: (places[one.place], holders[one])",
        new="key=lambda one: holders[one]",
        tests=_KEPT,
    ),
    Defect(
        name="kept-files-for-ever",
        breaks="Files of visitors who have left count for ever.",
        file="structviz/ui/kit/kept_files.py",
        old="self._kept[weakref.ref(content)] = holder",
        new="self._kept[lambda: content] = holder",
        tests=_KEPT,
    ),
)
