return await Ecs.Scheduler.SchedulerProgram.RunAsync(args);
