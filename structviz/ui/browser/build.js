// Bundles each component of src/ into dist/: one script, one style sheet and its HTML, which Python hands to Streamlit.
//
//   node structviz/ui/browser/build.js            write dist/ and the engine's kernel
//   node structviz/ui/browser/build.js --check    build elsewhere, and fail if they differ
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = join(here, "dist");

// The folder `src/x` of a component holds x.js, which Streamlit imports for its default export, and, if it has any,
// x.css and x.html. What all components share, in `src/runtime`, is no component.
const FOLDERS = (await readdir(join(here, "src"))).filter((name) => name !== "runtime").sort();
const FILES = (
  await Promise.all(
    FOLDERS.map(async (folder) => {
      const names = await readdir(join(here, "src", folder));
      return names.filter((name) => parse(name).name === folder).map((name) => `${folder}/${name}`);
    }),
  )
).flat();
const [SCRIPTS, STYLES, PAGES] = [".js", ".css", ".html"].map((type) => FILES.filter((file) => file.endsWith(type)));

/** Folders whose script stands in a page or a worker by itself instead of being imported by Streamlit. */
const STANDALONE = ["bodies_page", "engine", "film_page", "plain_page", "rotor_page"];

/** @param {string} outdir */
async function bundle(outdir) {
  const common = {
    absWorkingDir: join(here, "src"),
    outdir,
    entryNames: "[name]",
    bundle: true,
    charset: "utf8",
    target: "es2022",
    logLevel: "warning",
    // Also the line break by which Streamlit tells a source from the name of a file.
    banner: { js: "// Built from ../src by npm run build.", css: "/* Built from ../src by npm run build. */" },
    // Small, but with the names of the source, so that an error in a browser can be traced.
    minifySyntax: true,
    minifyWhitespace: true,
  };
  const standsAlone = (/** @type {string} */ script) => STANDALONE.includes(parse(script).name);
  const imported = SCRIPTS.filter((script) => !standsAlone(script));
  await build({ ...common, entryPoints: [...imported, ...STYLES], format: "esm" });
  await build({ ...common, entryPoints: SCRIPTS.filter(standsAlone), format: "iife" });
  for (const page of PAGES) await cp(join(here, "src", page), join(outdir, basename(page)));
}

const KERNEL = join(here, "src", "engine", "kernel_bytes.js");

/** The WebAssembly of the engine as a script, which can be imported and bundled like any other. */
async function kernel() {
  const source = "src/engine/kernel.ts";
  const flags = ["-O3", "--runtime", "stub", "--importMemory", "--enable", "simd", "--outFile", "kernel.wasm"];
  /** @type {Record<string, Uint8Array>} */
  const written = {};
  const { error, stderr } = await asc.main([source, "--baseDir", here, ...flags], {
    readFile: (name, folder) => readFile(join(folder, name), "utf8").catch(() => null),
    writeFile: (name, bytes) => Object.assign(written, { [name]: bytes }),
    listFiles: () => [],
  });
  if (error) throw new Error(`${error.message}\n${stderr}`);
  const base64 = Buffer.from(written["kernel.wasm"]).toString("base64");
  return `// WebAssembly that npm run build makes of kernel.ts.\nexport const KERNEL =\n  "${base64}";\n`;
}

/** @param {string} folder */
async function contents(folder) {
  const names = (await readdir(folder)).sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])));
}

async function check() {
  if ((await kernel()) !== (await readFile(KERNEL, "utf8"))) {
    console.error("kernel_bytes.js is not what kernel.ts builds. Run npm run build and commit it.");
    process.exitCode = 1;
  }
  const fresh = await mkdtemp(join(tmpdir(), "bundles-"));
  try {
    await bundle(fresh);
    const [expected, found] = [await contents(fresh), await contents(dist)];
    const names = [...new Set([...expected.keys(), ...found.keys()])];
    const stale = names.filter((name) => expected.get(name) !== found.get(name));
    if (!stale.length) return console.log(`${names.length} files in dist/ are what src/ builds.`);
    console.error(`dist/ is not what src/ builds: ${stale.join(", ")}. Run npm run build and commit dist/.`);
    process.exitCode = 1;
  } finally {
    await rm(fresh, { recursive: true });
  }
}

if (process.argv.includes("--check")) await check();
else {
  await writeFile(KERNEL, await kernel());
  await rm(dist, { recursive: true, force: true });
  await bundle(dist);
}
