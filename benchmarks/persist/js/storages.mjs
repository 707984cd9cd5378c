// Where redux-persist keeps its documents: nowhere, counted, or in files that are synced.

import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";

// Takes everything and keeps nothing; counts the bytes that it is given.
export class Counting {
  bytes = 0;
  writes = 0;

  async getItem() {
    return null;
  }

  async setItem(key, text) {
    this.writes += 1;
    this.bytes += Buffer.byteLength(text);
  }

  async removeItem() {}
}

// One file to a key. A write is on the disk when its promise is fulfilled, as ours is:
// a new file, synced, that takes the name of the old one, and a sync of the directory.
export class Files {
  constructor(folder, { isReadOnly = false, landed = () => {} } = {}) {
    Object.assign(this, { folder, isReadOnly, landed });
  }

  async getItem(key) {
    try {
      return await readFile(this.path(key), "utf8");
    } catch (error) {
      if (error.code === "ENOENT") return null;
      throw error;
    }
  }

  async setItem(key, text) {
    if (this.isReadOnly) return;
    const fresh = `${this.path(key)}.new`;
    await synced(fresh, "w", (file) => file.writeFile(text));
    await rename(fresh, this.path(key));
    await synced(this.folder, "r");
    this.landed(text);
  }

  async removeItem() {}

  path(key) {
    return join(this.folder, encodeURIComponent(key));
  }
}

async function synced(path, mode, write = async () => {}) {
  const file = await open(path, mode);
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
