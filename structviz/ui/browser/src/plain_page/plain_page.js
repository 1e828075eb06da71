// A page that stands alone and only shows text, pictures and links.
import { showRecord } from "../frame/made.js";

showRecord();
