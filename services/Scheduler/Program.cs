using Ecs.Scheduler;

await SchedulerProgram.Build(args).RunAsync();
