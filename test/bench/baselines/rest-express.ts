import { ExpressAdapter } from '@nestjs/platform-express';
import { serve } from './rest.ts';

await serve(new ExpressAdapter());
