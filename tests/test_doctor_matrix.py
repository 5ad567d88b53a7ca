"""Faults of the line put in one at a time: the doctor names the right hop. Run with `-s` to see the matrix.

Sockets, TLS and HTTP are real; name resolution, the kernel's word on links, and the clock are stood in for.
"""

import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from doctor_workshop import (
    DAY,
    Fault,
    Workshop,
    answering,
    garbage,
    hang_up,
    no_name_server,
    one,
    redirect,
    speak_plainly,
    telling,
    unknown_name,
)

from terminal.clock import SystemClock
from terminal.doctor.hops import Diagnosis, Grade, Hop
from terminal.doctor.line import LineEnd
from terminal.doctor.moment import check_clock
from terminal.doctor.rounds import Check, run_round
from terminal.problems import Problem

MOST_SECONDS = 20.0
RIGHT_AT_LEAST = 0.95


def faults(shop: Workshop) -> Iterator[Fault]:
    end, line, gateway = shop.site.end, shop.line, shop.gateway
    tls12 = shop.site.serving()
    tls12.maximum_version = ssl.TLSVersion.TLSv1_2
    stranger = shop.other.end(0)
    mixed = LineEnd("https://127.0.0.1:1/", shop.site.ca_file, shop.folder / "site/desk.crt", stranger.key)

    yield Fault("all is well", None, line(end(gateway(telling()))))
    fhir = replace(end(gateway(answering("200 OK", b'{"resourceType": "CapabilityStatement"}'))), tells_health=False)
    yield Fault("all is well, on a FHIR server", None, line(fhir))
    yield Fault("refused port", Hop.GATEWAY, line(end(shop.closed_port())))
    yield Fault("black-holed address", Hop.LAN, line(end(shop.black_hole())))
    yield Fault("port that nobody serves", Hop.GATEWAY, line(end(shop.silent_port())))
    yield Fault("name that does not resolve", Hop.DNS, line(end(1, host="gw.invalid"), resolve=unknown_name))
    yield Fault("name server away", Hop.DNS, line(end(1, host="gw.example"), resolve=no_name_server))
    yield Fault("wrong authority", Hop.TLS, line(end(gateway(telling()), ca_file=shop.other.ca_file)))
    yield Fault("authority's file missing", Hop.TLS, line(end(gateway(telling()), ca_file=shop.folder / "none")))
    for name, what in (("ended", "server's certificate ended"), ("not-yet", "server's certificate not valid yet")):
        yield Fault(what, Hop.TLS, line(end(gateway(telling(), shop.site.serving(name)))))
    yield Fault("host name mismatch", Hop.TLS, line(end(gateway(telling(), shop.site.serving("elsewhere")))))
    yield Fault("no TLS at the port", Hop.TLS, line(end(shop.plain(speak_plainly))))
    yield Fault("hangs up in the handshake", Hop.GATEWAY, line(end(shop.plain(hang_up))))
    yield Fault("our certificate ended", Hop.OWN_CERTIFICATE, line(end(gateway(telling()), own="ended")))
    yield Fault("our certificate not valid yet", Hop.OWN_CERTIFICATE, line(end(gateway(telling()), own="not-yet")))
    yield Fault("our certificate is missing", Hop.OWN_CERTIFICATE, line(end(gateway(telling()), own="none")))
    yield Fault("our key is another's", Hop.OWN_CERTIFICATE, line(mixed))
    strange = LineEnd(end(gateway(telling())).url, shop.site.ca_file, stranger.certificate, stranger.key)
    yield Fault("our certificate refused, TLS 1.3", Hop.OWN_CERTIFICATE, line(strange))
    older = LineEnd(end(gateway(telling(), tls12)).url, shop.site.ca_file, stranger.certificate, stranger.key)
    yield Fault("our certificate refused, TLS 1.2", Hop.OWN_CERTIFICATE, line(older))
    for status in (401, 403, 404, 429, 500, 502, 503):
        yield Fault(f"HTTP {status}", Hop.GATEWAY, line(end(gateway(answering(f"{status} No", b"")))))
    yield Fault("garbage for HTTP", Hop.GATEWAY, line(end(gateway(garbage))))
    yield Fault("garbage for a body", Hop.GATEWAY, line(end(gateway(answering("200 OK", b"<html>")))))
    yield Fault("log-in page of a network", Hop.GATEWAY, line(end(gateway(redirect))))
    yield Fault("slow body", Hop.GATEWAY, line(end(shop.slow(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n", b"x"))))
    yield Fault("no answer", Hop.GATEWAY, line(end(shop.slow(b""))))
    yield Fault("hangs up on the question", Hop.GATEWAY, line(end(gateway(hang_up))))
    for problem in (
        *(Problem.LINE_DOWN, Problem.SERVICE_SILENT, Problem.SERVICE_REFUSED, Problem.SERVICE_UNTRUSTED),
        *(Problem.SERVICE_UNREADABLE, Problem.SERVICE_BUSY),
    ):
        yield Fault(f"upstream: {problem}", Hop.UPSTREAM, line(end(gateway(telling(latest_problem=problem)))))
    yield Fault("upstream: a queue", Hop.UPSTREAM, line(end(gateway(telling(oldest_seconds=600)))))
    for minutes in (10, 2, -1440):
        yield Fault(f"clock off by {minutes} min", Hop.CLOCK, line(end(gateway(telling())), timedelta(minutes=minutes)))
    off = shop.time_server(-40 * DAY)
    late = line(end(gateway(telling(), shop.site.serving("ended"))))
    ask = Check((Hop.CLOCK,), lambda: [check_clock(SystemClock(), "127.0.0.1", off)], 8)
    yield Fault("clock 40 days ahead, so that certificates look ended", Hop.CLOCK, [ask, *late])
    dead = shop.closed_port()
    quiet = one((Hop.CLOCK,), lambda: [check_clock(SystemClock(), "127.0.0.1", dead)])
    yield Fault("time server away", Hop.CLOCK, quiet)
    nameless = line(end(1, host="gw.example"), resolve=no_name_server)
    yield Fault("cable unplugged", Hop.LAN, [*shop.link("down", ""), *nameless])
    yield Fault("no route", Hop.LAN, [*shop.link("up", ""), *nameless])
    yield Fault("connected, and no name server", Hop.DNS, [*shop.link("up", "eth0\t00000000\n"), *nameless])


def seen(fault: Fault) -> tuple[Fault, Diagnosis, float]:
    began = time.monotonic()
    made = run_round(fault.checks)
    return fault, made, time.monotonic() - began


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    workshop = Workshop(tmp_path_factory.mktemp("shop"))
    with workshop.cleared:
        yield workshop


def test_the_right_hop_is_named_for_each_of_the_faults(shop: Workshop) -> None:
    put_in = list(faults(shop))
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(seen, put_in))
    right = 0
    for fault, made, seconds in results:
        blamed = made.to_blame
        is_right = (blamed.hop if blamed else None) is fault.hop
        right += is_right
        said = f"{blamed.hop} {blamed.grade} {blamed.cause} {blamed.detail}" if blamed else "all is well"
        print(f"{'right' if is_right else 'WRONG'}  {seconds:5.1f} s  {fault.name:<54} {said}")
    print(f"{right} of {len(results)} right")
    assert len(results) >= 26
    assert right / len(results) >= RIGHT_AT_LEAST
    assert max(seconds for _, _, seconds in results) < MOST_SECONDS
    assert results[0][1].grade is Grade.GREEN
