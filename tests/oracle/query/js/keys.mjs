// Cache keys: what the default serializer makes of an argument.
import { defaultSerializeQueryArgs } from "@reduxjs/toolkit/query";
import { build } from "./terms.mjs";

export const keys = ({ endpoint, arg }) => defaultSerializeQueryArgs({ endpointName: endpoint, queryArgs: build(arg) });
