"""What paint is laid on with: smooth noise, soft strokes, and the mesh drawn into texture space.

Pure numbers: nothing here knows a face.
"""

import itertools

import cv2
import numpy as np


def noise(rng, blur_px, size):
    """Gaussian noise of unit deviation, smooth over some `blur_px`."""
    height, width = size
    coarse = max(1, int(blur_px / 2))
    grid = rng.standard_normal((height // coarse + 3, width // coarse + 3)).astype(np.float32)
    grid = cv2.GaussianBlur(grid, (0, 0), max(blur_px / coarse, 0.6))
    grid = cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return grid / grid.std()


def stroke(x, y, path, width):
    """A soft line through `path`, 1 at its middle, thin at both ends."""
    out = np.zeros_like(x)
    count = len(path) - 1
    for i, ((x0, y0), (x1, y1)) in enumerate(itertools.pairwise(path)):
        dx, dy = x1 - x0, y1 - y0
        t = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
        squared = (x - x0 - t * dx) ** 2 + (y - y0 - t * dy) ** 2
        pressure = np.sqrt(np.sin(np.pi * np.clip((i + t) / count, 0.04, 0.96)))
        out = np.maximum(out, pressure * np.exp(-squared / (2 * width * width)))
    return out


def raster(vertices, pixels, quads, textures, size):
    """For each texel its point on the mesh, (height, width, 3), and whether a quad covers it."""
    points, covered = np.zeros((*size, 3), np.float32), np.zeros(size, bool)
    for quad, texture in zip(quads, textures, strict=True):
        for corners in ([0, 1, 2], [0, 2, 3]):
            _triangle(pixels[texture[corners]], vertices[quad[corners]], points, covered)
    return points, covered


def _triangle(p, corners, points, covered):
    low = np.maximum(np.floor(p.min(0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(p.max(0)).astype(int) + 2, covered.shape[::-1])
    area = (p[1, 1] - p[2, 1]) * (p[0, 0] - p[2, 0]) + (p[2, 0] - p[1, 0]) * (p[0, 1] - p[2, 1])
    if (high <= low).any() or abs(area) < 1e-9:
        return
    x, y = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
    a = ((p[1, 1] - p[2, 1]) * (x - p[2, 0]) + (p[2, 0] - p[1, 0]) * (y - p[2, 1])) / area
    b = ((p[2, 1] - p[0, 1]) * (x - p[2, 0]) + (p[0, 0] - p[2, 0]) * (y - p[2, 1])) / area
    weights = np.stack([a, b, 1 - a - b], -1)
    inside = (weights > -0.02).all(-1)  # a little over, for the seams
    points[y[inside], x[inside]] = weights[inside] @ corners
    covered[y[inside], x[inside]] = True
