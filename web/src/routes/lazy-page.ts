import { lazyRouteComponent } from '@tanstack/react-router'
import { patient } from '../offline/patient.ts'

/** A page whose code is loaded when it is gone to, or soon will be. */
export const lazyPage: typeof lazyRouteComponent = (load, name) => lazyRouteComponent(patient(load), name)
