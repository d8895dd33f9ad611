import { createProject, type Project } from './project.ts'
import { createSite, type Site } from './site.ts'

/** Examples that are compiled, with a server to run them on. */
export interface Prepared {
  readonly project: Project
  readonly site: Site
  /** The compiler's errors by example. */
  readonly complaints: ReadonlyMap<string, readonly string[]>
  stop(): Promise<void>
}

/** Compiles the examples while the server starts. */
export async function prepare(code: ReadonlyMap<string, string>): Promise<Prepared> {
  const project = await createProject()
  try {
    const [complaints, site] = await Promise.all([project.compile(code), createSite(project.folder)])
    const stop = async () => {
      await site.stop()
      await project.remove()
    }
    return { project, site, complaints, stop }
  } catch (error) {
    await project.remove()
    throw error
  }
}
