"""Networks in WebGPU: the numbers of the package, on a device that is a program, as machines of tests have it."""

import base64
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from playwright.sync_api import Browser, Page, Playwright, expect

from structviz import data, zoo
from structviz.figures.pixels import coloured
from structviz.nets import ConvDenoiser
from structviz.provenance import stamp
from structviz.studies.rotation import compare
from structviz.transforms import add_noise
from structviz.ui.kit.exports import record_of_choice
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.exports import digests
from structviz.ui.pages.rotation.results import loaded_networks
from structviz.ui.pages.rotation.take_home import take_home
from tests.e2e.conftest import executable
from tests.e2e.film_pages import SECONDS
from tests.e2e.test_take_home import AREA, opened, static_server

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PIXEL = 1e-4
FLAGS = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan,WebGPU"]

MODULES = """async () => {
  const engine = "/structviz/ui/browser/src/engine/";
  const { gpuDenoiser } = await import(engine + "gpu_denoiser.js");
  const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  globalThis.denoised = async (shape, weights, side, image) => {
    const net = await gpuDenoiser(shape, bytesOf(weights), side, { software: true });
    const found = [];
    for (let k = 0; k < 2; k++) found.push(Array.from(await net.run(Float32Array.from(image))));
    net.end();
    return found;
  };
}"""

# A worker that does what the engine's script does, on a device of which the test decides what it is worth. Each stretch
# of its clock is shorter than those before, so that what is tried later is faster.
WORKER = """
import { gpuDenoiser } from "ENGINE/gpu_denoiser.js";
import { Session } from "ENGINE/session.js";
let session, device, n = 0;
const prepare = async (shape, weights, side) => {
  if (self.wrong) weights = weights.slice().fill(0, weights.length - 40);
  const net = await gpuDenoiser(shape, weights, side, { software: true });
  device = net.device;
  return net;
};
self.onmessage = async ({ data }) => {
  if (data.task) {
    self.wrong = data.wrong;
    session = new Session(data.task, { prepare, now: () => -1 / ++n, patience: 1e9 });
    await Promise.all(session.networks.map(({ runner }) => runner.prepared));
    return postMessage({});
  }
  const answer = session.answer(data.request);
  if (data.lose === "before") device.destroy();
  if (data.lose === "during") setTimeout(() => device.destroy(), 1);
  postMessage(await answer);
};
postMessage({});
"""

ASKED = """async ([source, task, requests, wrong]) => {
  const text = source.replaceAll("ENGINE", location.origin + "/structviz/ui/browser/src/engine");
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  const heard = () => new Promise((done, fail) => {
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = ({ message }) => fail(new Error(message));
  });
  const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  for (const network of task.networks) network.weights = bytesOf(network.weights);
  task.source.image = Float32Array.from(task.source.image);
  await heard();
  worker.postMessage({ task, wrong });
  await heard();
  const found = [];
  for (const { lose, ...request } of requests) {
    worker.postMessage({ request, lose });
    const { frame } = await heard();
    found.push({ where: frame.net.where, psnr: frame.net.psnr, values: Array.from(frame.net.values) });
  }
  worker.terminate();
  return found;
}"""

# In the shipped script of the workers: the device that is a program counts as one, and is the faster one.
PATCH = """
Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", { get: () => false });
{
  const later = self.setTimeout;
  self.setTimeout = (act, delay) => later(act, delay >= 1000 ? 1e9 : delay);
  let n = 0;
  performance.now = () => -1 / ++n;
}
"""


@pytest.fixture(scope="module")
def graphics(playwright: Playwright) -> Iterator[Browser]:
    """A browser with WebGPU; with one that has none, the tests are skipped."""
    browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox", *FLAGS])
    with static_server(ROOT) as server:
        page = browser.new_page()
        page.goto(f"{server}/pretrained/README.md")
        there = page.evaluate("async () => Boolean(await navigator.gpu?.requestAdapter())")
        page.close()
        if not there:
            browser.close()
            pytest.skip("this chromium has no adapter for WebGPU, not even SwiftShader's")
        yield browser
    browser.close()


@pytest.fixture(scope="module")
def modules(graphics: Browser) -> Iterator[Page]:
    """A page that can import the engine's sources."""
    with static_server(ROOT) as server:
        page = graphics.new_page()
        page.goto(f"{server}/pretrained/README.md")
        page.evaluate(MODULES)
        yield page
        page.close()


def saved(net: ConvDenoiser) -> str:
    tensors = {name: value.contiguous() for name, value in net.state_dict().items()}
    return base64.b64encode(safetensors.torch.save(tensors)).decode()


def kinds() -> dict[str, ConvDenoiser]:
    """One network of each shape that ships, and shapes that do not: with channels that fill no group of four."""
    found: dict[str, tuple[str, ConvDenoiser]] = {}
    for name in zoo.names():
        if zoo.card(name).network.get("class") == ConvDenoiser.__name__ and isinstance(
            net := zoo.load(name), ConvDenoiser
        ):
            found.setdefault(json.dumps(net.shape), (name, net))
    torch.manual_seed(3)
    odd = {
        "odd width": ConvDenoiser(width=6, dilations=(1, 2, 1), kernel_size=5, residual=True, activation="silu"),
        "one kernel of 1": ConvDenoiser(width=3, dilations=(2, 1), kernel_size=1),
        "dilation beyond the image": ConvDenoiser(width=5, dilations=(1, 30, 1), residual=True),
    }
    return {**dict(found.values()), **odd}


@pytest.mark.parametrize("side", [21, 32])
def test_every_kind_of_network_does_what_it_does_in_the_package(modules: Page, side: int) -> None:
    clean = data.image("camera", side)
    noisy = add_noise(clean, "gaussian", 0.3, torch.Generator().manual_seed(5))
    pixels = noisy.flatten().tolist()
    nets = kinds()
    assert len(nets) >= 9
    for name, net in nets.items():
        with torch.no_grad():
            expected = net(noisy).flatten().numpy()
        call = "([shape, weights, side, image]) => denoised(shape, weights, side, image)"
        for found in modules.evaluate(call, [net.shape, saved(net), side, pixels]):
            assert np.abs(np.array(found) - expected).max() <= PIXEL, name


def asked(page: Page, requests: list[dict[str, Any]], *, wrong: bool = False) -> list[dict[str, Any]]:
    net = zoo.load("stripes/ordinary")
    assert isinstance(net, ConvDenoiser)
    network = {"name": "net", "shape": net.shape, "weights": saved(net), "average": False}
    image = data.stripes(1, size=20).flatten().tolist()
    source = {"side": 20, "image": image, "period": None, "noise": "gaussian", "noiseTurns": False}
    task = {"source": source, "networks": [network], "given": False, "low": -1, "high": 2}
    states = [{"angle": 0.3 * k, "level": 0.2, "seed": k} for k in range(len(requests))]
    sent = [{"id": k, "asked": "frame", "state": states[k], **one} for k, one in enumerate(requests)]
    return page.evaluate(ASKED, [WORKER, task, sent, wrong])


def assert_same(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert abs(one["psnr"] - other["psnr"]) <= 1e-3
        assert np.abs(np.array(one["values"]) - np.array(other["values"])).max() <= 1


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_worker_changes_to_webgpu_and_back_when_the_device_is_lost(modules: Page, when: str) -> None:
    found = asked(modules, [{}, {}, {}, {}, {"lose": when}, {}])
    there, gpu = ["WebAssembly"], ["WebGPU"]
    assert [one["where"] for one in found] == there * 2 + gpu * 2 + there * 2
    expected = asked(modules, [{}] * 6, wrong=True)
    assert [one["where"] for one in expected] == there * 6, "other numbers are refused"
    assert_same(found, expected)


@pytest.mark.parametrize("as_a_device", [False, True])
def test_a_file_from_home_uses_it_only_where_it_is_no_program(
    graphics: Browser, tmp_path: Path, as_a_device: bool
) -> None:
    choice = RotationChoice(source="stripes", angle=40, level=0.1, seed=3, arms=("ordinary", "symmetrised"))
    nets = {arm: network.net for arm, network in loaded_networks(choice).items()}

    def computed(angle: float, level: float) -> Any:
        return compare(nets, choice.image, math.radians(angle), choice.noise, level, choice.seed)

    place = tmp_path / "rotation.html"
    made = take_home(choice, computed(choice.angle, choice.level), None)
    place.write_bytes(stamp(made, place.name, record_of_choice(choice, digests(choice))))
    patched = f"""
      const Plain = Blob;
      globalThis.Blob = class extends Plain {{
        constructor(parts, options) {{
          super(options?.type === "text/javascript" ? [{json.dumps(PATCH)}, ...parts] : parts, options);
        }}
      }};"""
    with opened(graphics, place.as_uri(), init=patched if as_a_device else "") as page:
        page.locator("[data-testid=rotor][data-exact=true][data-ready=true]").wait_for(timeout=SECONDS)
        where = "WebGPU" if as_a_device else "WebAssembly"
        figures = [page.locator(f"figure[data-arm={arm}]") for arm in choice.arms]
        turned = 0
        # The device is made and tried while frames are asked for.
        while turned < 5 or (turned < 60 and any(one.get_attribute("data-where") != where for one in figures)):
            turned += 1
            page.get_by_test_id("rotor-dial").press("ArrowRight")
            there = str((choice.angle + 5 * turned) % 360)
            expect(page.get_by_test_id("rotor")).to_have_attribute("data-drawn", there, timeout=SECONDS)
            page.wait_for_timeout(50)
        expected = computed(choice.angle + 5 * turned, choice.level)
        for arm, shown in expected.arms.items():
            figure = page.locator(f"figure[data-arm={arm}]")
            expect(figure).to_have_attribute("data-where", where)
            drawn = np.array(figure.locator(".picture").evaluate(AREA))
            there = coloured(shown[-1].image[0, 0], choice.colour_map, expected.mask)
            assert np.abs((drawn.reshape(there.shape) - there.astype(int))[there[..., 3] > 0]).max() <= 1, arm
            psnr = float(figure.locator(".number").inner_text().removesuffix(" dB"))
            assert abs(psnr - shown[-1].psnr) <= 0.02 + 0.05, arm
