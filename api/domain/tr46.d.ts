declare module 'tr46/lib/regexes.js' {
  const regexes: {
    /** Characters of the combining class Virama (UAX 44). */
    combiningClassVirama: RegExp;
    /** A zero-width non-joiner between letters that join (RFC 5892, A.1). */
    validZWNJ: RegExp;
  };
  export default regexes;
}
