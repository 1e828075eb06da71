// Bodies that tumble, as a component of a page.
import { mount } from "../runtime/mount.js";
import { Bodies } from "./bodies.js";

export default mount((parent) => new Bodies(parent));
