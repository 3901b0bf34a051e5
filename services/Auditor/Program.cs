using Ecs.Auditor;
using Ecs.Hosting;

try
{
    await AuditorProgram.Build(args).RunToEndAsync();
    return 0;
}
catch (SettingException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
