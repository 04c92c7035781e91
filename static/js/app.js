// One behaviour a module. Every page works without them.
import "./banner.js";
import "./copy.js";
import "./fill.js";
import "./keep.js";
import "./draft.js"; // after what keep.js gives back
import "./levels.js";
import "./menu.js";
import "./once.js";
import "./password.js";
import "./pick.js";
import "./shortcuts.js";
import "./side.js";
import "./theme.js";
import "./time-zone.js";
