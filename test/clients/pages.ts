import { readFileSync } from 'node:fs';

/** What a page of docs/clients tells its reader to do. */
export interface Page {
  /** All of it, as one script for bash. */
  script: string;
  /** What it is said to print after each command block, in order. */
  printed: string[];
}

export const END_OF_BLOCK = '-- end of block --';

/** A block of code, with the name of the file that it is to be saved as, if the line before it says one. */
const BLOCK = /(?:^`(?<file>[\w./-]+)`:\n\n)?^```(?<language>\w+)\n(?<code>.*?)^```$/gms;

/** Reads a page: `sh` blocks are commands, `text` is what the one before prints, others are files to be saved. */
export function readPage(language: string): Page {
  const blocks = [...readFileSync(`docs/clients/${language}.md`, 'utf8').matchAll(BLOCK)].map(({ groups }) => groups!);
  const script: string[] = [];
  const printed: string[] = [];
  for (const { file, language, code } of blocks) {
    if (file) script.push(`mkdir -p "$(dirname ${file})"`, `cat > ${file} <<'END OF FILE'\n${code}END OF FILE`);
    else if (language === 'text') printed[printed.length - 1] = code!;
    else if (language === 'sh') {
      script.push(`${code}echo '${END_OF_BLOCK}'`);
      printed.push('');
    } else throw new Error(`docs/clients/${language}.md does not say what this is to be saved as:\n${code}`);
  }
  return { script: script.join('\n'), printed };
}
