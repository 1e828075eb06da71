"""Defects of networks in WebGPU, and of the choice between it and WebAssembly."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_SRC = "structviz/ui/browser/src/engine"
_CHOICE = "tests/js/engine/runner.test.js"
_NUMBERS = "tests/e2e/test_webgpu.py::test_every_kind_of_network_does_what_it_does_in_the_package"

DEFECTS = (
    Defect(
        name="gpu-dilation",
        breaks="On the graphics device kernels are not dilated along rows.",
        file=f"{_SRC}/shader.js",
        old="let at = x + u * ${dilation};",
        new="let at = x + u;",
        tests=_NUMBERS,
    ),
    Defect(
        name="gpu-border-goes-round",
        breaks="On the graphics device the image goes on with its other side.",
        file=f"{_SRC}/shader.js",
        old="let at = row + clamp(x, 0, ${side - 1});",
        new="let at = row + (x + ${side}) % ${side};",
        tests=_NUMBERS,
    ),
    Defect(
        name="gpu-silu",
        breaks="On the graphics device the SiLU has its slope on the wrong side.",
        file=f"{_SRC}/shader.js",
        old="exp(min(-u, vec4f(80)))",
        new="exp(min(u, vec4f(80)))",
        tests=_NUMBERS,
    ),
    Defect(
        name="gpu-residual-added",
        breaks="On the graphics device a residual network adds the noise that it finds.",
        file=f"{_SRC}/shader.js",
        old="noisy[to] - u.x",
        new="noisy[to] + u.x",
        tests=_NUMBERS,
    ),
    Defect(
        name="gpu-stack-of-itself",
        breaks="On the graphics device a layer reads what the layer before its predecessor has written.",
        file=f"{_SRC}/gpu_denoiser.js",
        old="layer.last ? this.answer : stacks[1 - (k % 2)],",
        new="layer.last ? this.answer : stacks[0],",
        tests=_NUMBERS,
    ),
    Defect(
        name="matrices-transposed",
        breaks="Weights for the graphics device have inputs and outputs exchanged.",
        file=f"{_SRC}/gpu_denoiser.js",
        old="GROUP * (i % GROUP) + (o % GROUP);",
        new="GROUP * (o % GROUP) + (i % GROUP);",
        tests=_CHOICE,
    ),
    Defect(
        name="gpu-that-is-a-program",
        breaks="A program that plays a graphics device is tried, too.",
        file=f"{_SRC}/gpu_denoiser.js",
        old=".isFallbackAdapter && !software)",
        new=".isFallbackAdapter === 1)",
        tests=_CHOICE,
    ),
    Defect(
        name="other-numbers-taken",
        breaks="A device takes over whatever its numbers are.",
        file=f"{_SRC}/runner.js",
        old="if (!isSame(found, x) || (k > 0 && !isFaster))",
        new="if (k > 0 && !isFaster)",
        tests=_CHOICE,
    ),
    Defect(
        name="no-number-is-the-same",
        breaks="A pixel that is no number counts as the same.",
        file=f"{_SRC}/runner.js",
        old="expected.every((value, k) => Math.abs(found[k] - value) <= SAME)",
        new="!expected.some((value, k) => Math.abs(found[k] - value) > SAME)",
        tests=_CHOICE,
    ),
    Defect(
        name="slower-one-taken",
        breaks="A device that is no faster takes over.",
        file=f"{_SRC}/runner.js",
        old="this.now() - start < this.fastest;",
        new="this.now() - start <= this.fastest;",
        tests=_CHOICE,
    ),
    Defect(
        name="warming-up-counts",
        breaks="The first run on the device, in which it warms up, decides.",
        file=f"{_SRC}/runner.js",
        old="(k > 0 && !isFaster)",
        new="!isFaster",
        tests=_CHOICE,
    ),
    Defect(
        name="request-lost-with-the-device",
        breaks="What the device was asked when it was lost is answered with an error.",
        file=f"{_SRC}/runner.js",
        old="        this.dismiss();\n      }\n    }\n    const start",
        new="        this.dismiss();\n        throw new Error();\n      }\n    }\n    const start",
        tests=_CHOICE,
    ),
    Defect(
        name="answers-overtake",
        breaks="A request is begun before the last one is answered.",
        file=f"{_SRC}/session.js",
        old="this.last.then(() => this.compute(request))",
        new="this.compute(request)",
        tests=_CHOICE,
    ),
)
