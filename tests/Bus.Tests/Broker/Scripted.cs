using System.Reflection;

namespace Ecs.Bus.Tests;

/// <summary>An interface of a library, as far as a test needs it.</summary>
public class Scripted : DispatchProxy
{
    private Func<string, object?[]?, object?> _answer = static (_, _) => null;

    internal static T Of<T>(Func<string, object?[]?, object?> answer) where T : class
    {
        var proxy = Create<T, Scripted>();
        ((Scripted)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _answer(targetMethod!.Name, args);
}
