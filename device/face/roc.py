"""The ROC of scored pairs as an SVG picture: 1 - FNMR over FMR, on a logarithmic scale. Pure."""

from collections.abc import Mapping
from html import escape

import numpy as np

from device.face.evaluation import Trials
from device.face.pixels import Floats

WIDTH, HEIGHT = 640, 480
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 40, 20, 60  # margins
_POINTS = 400
_LOWEST_DECADE = -6  # FMR below 1e-6 would need more impostor pairs than anyone has


def roc_svg(trials: Trials, marked: Mapping[str, float]) -> str:
    """The picture, with the thresholds of `marked` as named dots; without genuine or impostor pairs only its axes."""
    genuine, impostor = np.sort(trials.similarity[trials.same]), np.sort(trials.similarity[~trials.same])
    decade = max(_LOWEST_DECADE, -int(np.ceil(np.log10(max(impostor.size, 10)))))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" '
        'font-size="12">',
        f"<title>ROC of {genuine.size} genuine and {impostor.size} impostor pairs</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_axes(decade),
    ]
    if genuine.size and impostor.size:
        x, y = _curve(genuine, impostor, decade)
        path = " ".join(f"{left:.1f},{top:.1f}" for left, top in zip(x, y, strict=True))
        parts.append(f'<polyline points="{path}" fill="none" stroke="#0b5cad" stroke-width="2"/>')
        for name, threshold in marked.items():
            fmr, tmr = _share_above(impostor, threshold), _share_above(genuine, threshold)
            left, top = _x(max(fmr, 10.0**decade), decade), _y(tmr)
            parts.append(f'<circle cx="{left:.1f}" cy="{top:.1f}" r="4" fill="#b3261e"/>')
            label = escape(f"{name} {threshold:.3f}")
            aside, anchor = (8, "start") if left < WIDTH / 2 else (-8, "end")  # a label stays inside
            parts.append(f'<text x="{left + aside:.1f}" y="{top + 16:.1f}" text-anchor="{anchor}">{label}</text>')
    return "\n".join((*parts, "</svg>", ""))


def _curve(genuine: Floats, impostor: Floats, decade: int) -> tuple[Floats, Floats]:
    fmr = np.logspace(decade, 0, _POINTS)
    refused = impostor.size - 1 - (fmr * impostor.size + 1e-9).astype(np.int64)
    lines = np.where(refused >= 0, impostor[np.maximum(refused, 0)], np.float32(-2))
    tmr = 1 - np.searchsorted(genuine, lines, side="right") / genuine.size
    x = _LEFT + (1 - np.log10(fmr) / decade) * (WIDTH - _LEFT - _RIGHT)
    y = _TOP + (1 - tmr) * (HEIGHT - _TOP - _BOTTOM)
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


def _share_above(ascending: Floats, threshold: float) -> float:
    return 1 - float(np.searchsorted(ascending, threshold, side="left")) / ascending.size


def _axes(decade: int) -> list[str]:
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    parts = [f'<text x="{WIDTH / 2}" y="24" text-anchor="middle" font-size="15">ROC</text>']
    for exponent in range(decade, 1):
        x = _x(10.0**exponent, decade)
        parts.append(f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">1e{exponent}</text>')
    for tenth in range(0, 11, 2):
        y = _y(tenth / 10)
        parts.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tenth / 10:.1f}</text>')
    middle = (_TOP + bottom) / 2
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 16}" text-anchor="middle">FMR (false matches)</text>')
    parts.append(
        f'<text x="20" y="{middle}" text-anchor="middle" transform="rotate(-90 20 {middle})">'
        "1 - FNMR (true matches)</text>"
    )
    return parts


def _x(fmr: float, decade: int) -> float:
    return _LEFT + (1 - float(np.log10(fmr)) / decade) * (WIDTH - _LEFT - _RIGHT)


def _y(tmr: float) -> float:
    return _TOP + (1 - tmr) * (HEIGHT - _TOP - _BOTTOM)
