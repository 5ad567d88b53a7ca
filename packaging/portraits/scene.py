"""A person as Blender objects: head, eyes, lashes, teeth, hair, clothes and glasses, each with its material.

Scene units are the base mesh's, moved so that the point between the eyes is the origin; Blender's y is our -z.
"""

import math

import bpy
import geometry
import glasses
import hair
import numpy as np
import paint

_EYE_DISTANCE = 0.62  # of the base mesh, where the scale is 1
_EYES = ("helper-l-eye", "helper-r-eye")
_LASHES = tuple(f"helper-{side}-eyelashes-{n}" for side in "lr" for n in "12")
_GREY_STRAND = (0.72, 0.72, 0.73)


class Sitter:
    """A person whose skin, eyes and hair are made once, and who is then built anew for each picture."""

    def __init__(self, person):
        rng = np.random.default_rng(person["seed"] + 77)
        self.person = person
        self._skin, self._eye = paint.skin(person, rng), paint.eye(person["iris"], rng)
        vertices, _, distance = self._shaped({})
        self._hair = hair.grow(vertices, person["hair"], distance / _EYE_DISTANCE, rng)

    def build(self, units):
        """Adds the objects with an expression to the scene; returns them and the distance between the eyes."""
        still, coordinates, groups = geometry.base()
        vertices, eyes, distance = self._shaped(units)
        scale = distance / _EYE_DISTANCE
        built = [self._head(still, coordinates, groups, vertices, scale)]
        eye_material, shader = material("eye", roughness=0.08, specular=0.6)
        _texture(eye_material, self._eye, "iris", shader.inputs["Base Color"])
        built += [_smooth(_eyeball(name, still, groups, vertices, eye_material), 2) for name in _EYES]
        lash, shader = material("lash", (0.03, 0.02, 0.02), roughness=0.6)
        shader.inputs["Alpha"].default_value = 0.3 if self.person["sex"] == "f" else 0.15
        teeth, _ = material("teeth", (0.85, 0.82, 0.75), roughness=0.25)
        parts = [(name, lash) for name in _LASHES]
        parts += [(f"helper-{row}-teeth", teeth) for row in ("upper", "lower")]
        built += [mesh(name, *geometry.compact(vertices, groups[name][0]), [look]) for name, look in parts]
        built += [self._clothes(still, groups, vertices, scale), self._strands()]
        if self.person["glasses"]:
            frame, _ = material("frame", (0.06, 0.06, 0.07), roughness=0.3)
            tubes = glasses.frame([eye.mean(0) for eye in eyes], max(eye[:, 2].max() for eye in eyes), scale)
            built += [mesh("frame", *tube, [frame]) for tube in tubes]
        return built, distance

    def _shaped(self, units):
        person, groups = self.person, geometry.base()[2]
        targets = geometry.body(person) + person["targets"] + geometry.expression(person, units)
        vertices = geometry.shape(targets)
        eyes = [vertices[np.unique(groups[name][0])] for name in _EYES]
        left, right = (eye.mean(0) for eye in eyes)
        middle = (left + right) / 2
        return vertices - middle, [eye - middle for eye in eyes], abs(left[0] - right[0])

    def _head(self, still, coordinates, groups, vertices, scale):
        painted, shader = material("skin", roughness=0.55, specular=0.35)
        shader.subsurface_method = "BURLEY"
        shader.inputs["Subsurface Weight"].default_value = 0.35
        shader.inputs["Subsurface Scale"].default_value = 0.03 * scale
        shader.inputs["Subsurface Radius"].default_value = (1, 0.35, 0.2)
        colour, bumps = self._skin
        _texture(painted, colour, "skin", shader.inputs["Base Color"])
        bump = painted.node_tree.nodes.new("ShaderNodeBump")
        bump.inputs["Strength"].default_value = 0.7
        bump.inputs["Distance"].default_value = 0.03 * scale
        _texture(painted, bumps, "bump", bump.inputs["Height"], is_colour=False)
        painted.node_tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])
        plain, _ = material("neck", self.person["skin"], roughness=0.55)
        quads, textures = groups["body"]
        keep = (still[quads][:, :, 1].min(1) > 4.2) & (abs(still[quads][:, :, 0]).max(1) < 2.2)
        quads, uv = quads[keep], coordinates[textures[keep]]
        u, v = uv[..., 0], uv[..., 1]
        is_head = (u.min(1) > paint.U0) & (v.min(1) > paint.V0) & (v.max(1) < paint.V1)
        uv = np.stack([(u - paint.U0) / (paint.U1 - paint.U0), (v - paint.V0) / (paint.V1 - paint.V0)], -1)
        return _smooth(mesh("body", *geometry.compact(vertices, quads), [painted, plain], uv, ~is_head), 2)

    def _clothes(self, still, groups, vertices, scale):
        quads = groups["helper-tights"][0]
        heights = still[quads][:, :, 1]
        quads = quads[(heights.max(1) < 5.86) & (heights.min(1) > 3.6)]
        cloth, _ = material("cloth", self.person["cloth"], roughness=0.85)
        made = mesh("cloth", *geometry.compact(vertices, quads), [cloth])
        loose = made.modifiers.new("loose", "DISPLACE")
        loose.strength, loose.mid_level = 0.07 * scale, 0
        _smooth(made, 1)
        made.modifiers.new("thick", "SOLIDIFY").thickness = 0.05 * scale
        return made

    def _strands(self):
        vertices, quads, shade, grey = self._hair
        colour = np.where(grey[:, None], [_GREY_STRAND], [self.person["hair"]["col"]]) * shade[:, None]
        look, shader = material("hair", roughness=0.42, specular=0.45)
        attribute = look.node_tree.nodes.new("ShaderNodeAttribute")
        attribute.attribute_name = "shade"
        look.node_tree.links.new(attribute.outputs["Color"], shader.inputs["Base Color"])
        made = mesh("hair", vertices, quads, [look])
        shades = made.data.attributes.new("shade", "FLOAT_COLOR", "POINT").data
        shades.foreach_set("color", np.c_[linear(np.clip(colour, 0, 1)), np.ones(len(colour))].astype("f").ravel())
        return made


def material(name, colour=None, *, roughness, specular=0.5):
    """A material and its shader node."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    shader = made.node_tree.nodes["Principled BSDF"]
    shader.inputs["Roughness"].default_value = roughness
    shader.inputs["Specular IOR Level"].default_value = specular
    if colour is not None:
        shader.inputs["Base Color"].default_value = (*linear(np.array(colour)), 1)
    return made, shader


def mesh(name, vertices, quads, materials, uv=None, material_index=None):
    """An object of quads in the scene."""
    data = bpy.data.meshes.new(name)
    count = len(quads)
    data.vertices.add(len(vertices))
    data.vertices.foreach_set("co", np.c_[vertices[:, 0], -vertices[:, 2], vertices[:, 1]].astype("f").ravel())
    data.loops.add(count * 4)
    data.polygons.add(count)
    data.loops.foreach_set("vertex_index", quads.ravel().astype("i"))
    data.polygons.foreach_set("loop_start", np.arange(count, dtype="i") * 4)
    if uv is not None:
        data.uv_layers.new(name="UV").data.foreach_set("uv", uv.astype("f").ravel())
    for look in materials:
        data.materials.append(look)
    if material_index is not None:
        data.polygons.foreach_set("material_index", material_index.astype("i"))
    data.update(calc_edges=True)
    data.polygons.foreach_set("use_smooth", np.ones(count, bool))
    made = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(made)
    return made


def linear(colour):
    """sRGB to linear light (IEC 61966-2-1)."""
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def _eyeball(name, still, groups, vertices, look):
    """One eye, its texture laid azimuthally round the axis of sight."""
    quads = groups[name][0]
    own, corners = geometry.compact(still, quads)
    ray = own - (own.max(0) + own.min(0)) / 2
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    radius = np.clip(np.arccos(np.clip(ray[:, 2], -1, 1)) / (math.pi / 2), 0, 1) * 0.5
    turn = np.arctan2(ray[:, 1], ray[:, 0])
    uv = np.c_[0.5 + radius * np.cos(turn), 0.5 + radius * np.sin(turn)]
    return mesh(name, *geometry.compact(vertices, quads), [look], uv[corners])


def _smooth(made, levels):
    subdivision = made.modifiers.new("smooth", "SUBSURF")
    subdivision.levels = subdivision.render_levels = levels
    return made


def _texture(look, picture, name, socket, *, is_colour=True):
    height, width = picture.shape[:2]
    texels = np.ones((height, width, 4), "f")
    texels[..., :3] = (picture[..., ::-1] if picture.ndim == 3 else picture[..., None])[::-1].astype("f") / 255
    loaded = bpy.data.images.new(name, width, height)
    loaded.colorspace_settings.name = "sRGB" if is_colour else "Non-Color"
    loaded.pixels.foreach_set(texels.ravel())
    loaded.pack()
    node = look.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = loaded
    look.node_tree.links.new(node.outputs["Color"], socket)
