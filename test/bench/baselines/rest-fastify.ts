import { FastifyAdapter } from '@nestjs/platform-fastify';
import { serve } from './rest.ts';

await serve(new FastifyAdapter());
