using Ecs.Gateway;
using Ecs.Hosting;

try
{
    await GatewayProgram.Build(args).RunToEndAsync();
    return 0;
}
catch (SettingException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}
