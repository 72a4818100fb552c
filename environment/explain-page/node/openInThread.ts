// Stands for the thread in which the library lets other projects' parsers read: the page's worker
// is one.
export const openInThread = async (): Promise<undefined> => undefined;
