import { keepMemory } from "./boot.mjs";

window.ready = keepMemory;
