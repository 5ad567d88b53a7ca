"""Renders invented people with Cycles: `python render.py FOLDER [p23,p24… [turned]]` writes each one's four pictures.

They are JPEG; with `turned` those of the turning head in their place. Takes 20 to 60 s a person and core. Pictures that
are already there are left alone.
"""

import math
import sys
from pathlib import Path

import bpy
import cv2
import numpy as np
from deck import deck
from mathutils import Euler, Matrix, Vector
from scene import Sitter
from shots import shots, turned

_FILM_MM = 36.0
_EYE_DISTANCE = 0.62
_DRAWN_SHARE = 0.8  # of the size; then enlarged, as sharp as a webcam and a third faster


def main(folder, wanted, pictures):
    people = deck()
    for pid in wanted or people:
        person = people[pid]
        rng = np.random.default_rng(person["seed"] + 5 + int(pid[1:]))
        missing = {name: shot for name, shot in pictures(rng).items() if not (folder / f"{pid}_{name}.jpg").exists()}
        if missing:
            sitter = Sitter(person)
            for name, shot in missing.items():
                _photograph(sitter, shot, folder / f"{pid}_{name}.jpg")


def _photograph(sitter, shot, path):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    _engine(scene, shot)
    objects, eye_distance = sitter.build(shot["units"])
    turn, nod, tilt = (math.radians(angle) for angle in shot["turn"])
    neck = Matrix.Translation(Vector((0, 0.9 * eye_distance, -1.6 * eye_distance)))
    for thing in objects:
        thing.matrix_world = neck @ Euler((nod, tilt, turn), "XYZ").to_matrix().to_4x4() @ neck.inverted()
    width = eye_distance / shot["eye_share"]
    _camera(scene, shot, width)
    _lights(scene, shot, eye_distance / _EYE_DISTANCE)
    raw = path.with_suffix(".png")
    scene.render.filepath = str(raw)
    bpy.ops.render.render(write_still=True)
    drawn = cv2.imread(str(raw), cv2.IMREAD_UNCHANGED).astype(np.float32)
    raw.unlink()
    drawn = cv2.resize(drawn, shot["size"], interpolation=cv2.INTER_CUBIC)
    developed = _develop(drawn, shot, np.random.default_rng(sitter.person["seed"] + shot["size"][0]))
    cv2.imwrite(str(path), developed, [cv2.IMWRITE_JPEG_QUALITY, shot["quality"]])


def _engine(scene, shot):
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device, cycles.samples = "CPU", shot["samples"]
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.05
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces, cycles.transparent_max_bounces = 2, 1, 1, 4
    cycles.sample_clamp_indirect = 3
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_prefilter, cycles.denoising_quality = "FAST", "FAST"  # on one thread the finer ones take 30 s
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.resolution_x, scene.render.resolution_y = (round(side * _DRAWN_SHARE) for side in shot["size"])
    scene.render.film_transparent = True
    scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "PNG", "RGBA"
    scene.view_settings.view_transform = "Standard"


def _camera(scene, shot, width):
    """A camera from whose distance the picture is `width` wide at the eyes."""
    lens = bpy.data.cameras.new("camera")
    lens.lens, lens.sensor_width, lens.sensor_fit, lens.clip_start = shot["lens"], _FILM_MM, "HORIZONTAL", 0.01
    camera = bpy.data.objects.new("camera", lens)
    scene.collection.objects.link(camera)
    scene.camera = camera
    across, up = shot["shift"]
    camera.location = (across * width, -width * shot["lens"] / _FILM_MM, up * width)
    camera.rotation_euler = (math.pi / 2, 0, 0)


def _lights(scene, shot, scale):
    """Key, fill on the other side, rim from behind, and a bluish room."""
    azimuth, elevation, far = math.radians(shot["azimuth"]), math.radians(shot["elevation"]), 9 * scale
    across, forward = math.sin(azimuth) * math.cos(elevation), -math.cos(azimuth) * math.cos(elevation)
    key = (far * across, far * forward, far * math.sin(elevation))
    fill = (-far * 0.8 * math.copysign(1, azimuth), -far * 0.7, scale)
    rim = (far * 0.3, far * 0.8, far * 0.6)
    lamps = ((key, shot["key"], 4, shot["colour"]), (fill, shot["fill"], 6, (1, 1, 1)), (rim, 300, 3, (1, 1, 1)))
    for place, watts, size, colour in lamps:
        light = bpy.data.lights.new("lamp", "AREA")
        light.energy, light.size, light.color = watts * scale**2, size * scale, colour
        lamp = bpy.data.objects.new("lamp", light)
        lamp.location = place
        lamp.rotation_euler = (-Vector(place)).to_track_quat("-Z", "Y").to_euler()
        scene.collection.objects.link(lamp)
    scene.world = bpy.data.worlds.new("room")
    scene.world.use_nodes = True
    background = scene.world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (0.8, 0.85, 0.9, 1)
    background.inputs["Strength"].default_value = shot["ambient"]


def _develop(drawn, shot, rng):
    """Lays the drawing on its background and gives it a camera's brightness, noise and softness."""
    height, width = drawn.shape[:2]
    ground = np.float32(shot["ground"][::-1])
    behind = ground * (1.06 - 0.16 * np.linspace(0, 1, height)[:, None, None]) * np.ones((height, width, 1))
    if shot["has_room"]:
        for _ in range(5):
            x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
            corner = x + int(rng.integers(60, 260)), y + int(rng.integers(80, 320))
            cv2.rectangle(behind, (x, y), corner, [float(c) for c in ground * rng.uniform(0.6, 1.15)], -1)
        behind = cv2.GaussianBlur(behind, (0, 0), 18)
    share = drawn[..., 3:] / 255
    picture = (drawn[..., :3] * share + behind * (1 - share)) * shot["gain"]
    picture = cv2.GaussianBlur(picture + rng.normal(0, shot["noise"], picture.shape), (0, 0), shot["blur_px"])
    return np.uint8(np.clip(picture, 0, 255))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target, sys.argv[2].split(",") if len(sys.argv) > 2 else (), turned if "turned" in sys.argv[3:] else shots)
