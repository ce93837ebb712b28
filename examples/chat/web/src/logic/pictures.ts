import type { Bytes } from "../gen/runtime.js";

/** The contract's limit of `ImageBody.data`. */
const maxBytes = 512 * 1024;
const maxSide = 1600;

/** What the file dialog offers; the server looks at the bytes. */
export const pictureTypes = "image/png,image/jpeg,image/gif,image/webp";

export function isPicture(file: File): boolean {
  return pictureTypes.split(",").includes(file.type);
}

/** Returns the file's bytes, made smaller until they fit. Throws when no picture. */
export async function readPicture(file: Blob): Promise<Bytes> {
  if (file.size <= maxBytes) return bytesOf(file);
  const bitmap = await createImageBitmap(file);
  try {
    for (let side = maxSide; side >= 200; side /= 2) {
      const smaller = await shrink(bitmap, side);
      if (smaller.size <= maxBytes) return await bytesOf(smaller);
    }
  } finally {
    bitmap.close();
  }
  throw new Error("The picture cannot be made small enough");
}

async function shrink(bitmap: ImageBitmap, side: number): Promise<Blob> {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser cannot draw pictures");
  context.fillStyle = "#fff"; // JPEG knows no transparency
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.82 });
}

async function bytesOf(blob: Blob): Promise<Bytes> {
  return new Uint8Array(await blob.arrayBuffer());
}
