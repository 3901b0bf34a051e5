using Ecs.Agent;

var app = AgentProgram.Build(args);
await app.RunAsync();
