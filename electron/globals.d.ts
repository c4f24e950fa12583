/** Version of package.json, put in by the build. */
declare const PADDOCK_VERSION: string;
