/** Contract of the studio. It lives in `metadata/editing`, because features never import each other: import it from there. */
export * from '@/metadata/editing'
