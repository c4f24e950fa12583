import twoHosts from '../../../assets/labs/two-hosts.yaml?raw';
import router from '../../../assets/labs/router.yaml?raw';
import threeRouters from '../../../assets/labs/three-routers.yaml?raw';

/** They are part of the program: a package has no assets folder. */
export const shippedLabs: readonly string[] = [twoHosts, router, threeRouters];
