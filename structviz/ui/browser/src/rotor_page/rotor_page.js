// Pictures that turn on a page that stands alone: frame.html holds the data of the rotor, image and weights as packets in
// the channels where the rotor looks for them, and sentences. Nobody hears its reports.
import { showRecord } from "../frame/made.js";
import { Rotor } from "../rotor/rotor.js";
import { find, findAll } from "../runtime/elements.js";
import { pageInbox } from "../runtime/inbox.js";
import { bytesOf } from "../runtime/numbers.js";
import { OwnWorker } from "./own_worker.js";

const data = JSON.parse(find(document, "#rotor").textContent ?? "");
for (const packet of findAll(document, "script[data-channel]")) {
  pageInbox().put(packet.dataset.channel ?? "", bytesOf(packet.textContent ?? ""));
}

const canRead = typeof DecompressionStream === "function";
const rotor = new Rotor(find(document, ".rotor"), { runs: canRead, makeWorker: (script) => new OwnWorker(script) });
const component = { parentElement: document, setStateValue: () => {} };
rotor.update({ ...component, data });
find(document, ".old").hidden = canRead;

// Back to the state of which the sentences speak. To the rotor it is a page that has heard everything.
find(document, ".again").onclick = () => {
  rotor.turn.pause();
  rotor.reports.destroy();
  rotor.update({ ...component, data: { ...data, seen: rotor.reports.count } });
};
showRecord();
