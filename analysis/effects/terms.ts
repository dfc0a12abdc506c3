export interface Term { readonly id: number }
